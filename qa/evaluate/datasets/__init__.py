"""Questions with what is known about their answers, from files of every format."""
