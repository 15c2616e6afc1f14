"""Every route that asks nobody who they are, in one list."""

from server.web.public.disclosure import router as disclosures
from server.web.public.open import router as assets

PUBLIC_ROUTERS = (assets, disclosures)
