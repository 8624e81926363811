"""What a library shows without a question: its list, a matter, its promises, what it rests on."""
