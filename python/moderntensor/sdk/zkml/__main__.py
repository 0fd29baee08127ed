"""``python -m moderntensor.sdk.zkml`` is the command ``moderntensor``."""

from .cli import main

main()
