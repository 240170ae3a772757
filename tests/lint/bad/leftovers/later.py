# TODO: all of it
