"""Every route that asks nobody who they are, in one list."""

from server.web.public.authority import router as authority
from server.web.public.disclosure import router as disclosures
from server.web.public.open import router as assets
from server.web.public.receipts import router as receipts
from server.web.public.township import router as township

PUBLIC_ROUTERS = (assets, township, disclosures, receipts, authority)
