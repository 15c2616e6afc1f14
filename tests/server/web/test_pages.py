"""Each page shows its people what they need."""

from tests.server.web.township import ACCOUNTANT, Township


def test_the_accountants_home(township: Township) -> None:
    response = township.client(ACCOUNTANT).get("/")
    assert response.status_code == 200
    assert "我要用印" in response.text
