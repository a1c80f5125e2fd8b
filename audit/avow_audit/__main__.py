"""Let `python -m avow_audit` be the command `avow-audit`."""

from avow_audit.main import main

main()
