"""The commands, one module each, named as on the command line.

Public is the shape of a module, on which `crawler.__main__` relies: its docstring is the help, `add_arguments` takes
the parser, `run` what was parsed and gives an Exit. Nothing imports a command but `__main__` and another command.
"""
