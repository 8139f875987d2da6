"""What the functions and the commands ask AWS for, as the tests see it, and what they are granted."""
