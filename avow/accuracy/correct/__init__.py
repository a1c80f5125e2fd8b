"""Put right what is wrong in what is held about a person."""
