"""The custodian, told everything and asked what it decides."""
