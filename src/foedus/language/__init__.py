"""In which language something is said: English is written in the code, the others have a catalogue and a grammar here."""
