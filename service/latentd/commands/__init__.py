"""The commands of the command line, a module for each group. They import what they need when they run."""
