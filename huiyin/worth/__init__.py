"""The economics of recovery: what making good costs and keeps, by priors that everybody can read and change."""
