"""`python -m checkin`: the same as the `checkin` command."""

from checkin.cli.main import main

if __name__ == "__main__":
    main()
