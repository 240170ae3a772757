"""manyi-scorer serve: what is asked over the wire is what the command line
says, at once after the acknowledgement, to whom it may be said."""
from gateway import Collector, Client, add_client, main, run
from score_fill import fill
