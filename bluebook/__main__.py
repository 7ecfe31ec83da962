from bluebook.cli import main

main()
