"""What a reply says of itself: what is promised in it, and which policies it rests on."""
