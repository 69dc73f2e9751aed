"""`python -m checkin`: the same as the `checkin` command."""

from checkin.cli import main

if __name__ == "__main__":
    main()
