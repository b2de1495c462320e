"""What a sentence affirms, denies and corrects, set against what a question asks or takes for granted."""
