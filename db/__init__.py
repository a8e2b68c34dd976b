"""What is stored: facts and their folds, the ledger, the store, the exchange with the centre."""
