from bluebook.cli import main

if __name__ == "__main__":  # the processes that draw pictures import this module too
    main()
