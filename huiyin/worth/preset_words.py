"""What the priors of the presets say of themselves, by the codes of `data/priors.csv`: in English as all texts of the
pages, so that whoever reads them has them in their own language. What a house writes itself stands as written."""

from django.utils.translation import gettext_noop

SOURCES = {
    "assumed": gettext_noop("Preset assumption, to be replaced by your own figures"),
    "assumed_property": gettext_noop(
        "Preset assumption for property services: to leave means to move away, to stop paying or to vote for "
        "another company"
    ),
    "reichheld": gettext_noop("Reichheld & Sasser 1990, Zero Defections, Harvard Business Review 68(5)"),
    "tarp": gettext_noop("TARP 1986, Consumer Complaint Handling in America, as quoted in the literature"),
    "tarp_late": gettext_noop(
        "TARP 1986, Consumer Complaint Handling in America, as quoted in the literature: of 100 customers 82 "
        "came back when it was made good quickly, 54 when it was made good, 19 when it wasn't"
    ),
    "recovery_16": gettext_noop("Text on service recovery: 16 to 20 people"),
    "recovery_4": gettext_noop("Text on service recovery: 4 of 100 dissatisfied customers complain"),
    "recovery_20": gettext_noop("Text on service recovery: the 20/80 rule"),
    "training_3": gettext_noop("Training text on customer service: 3 to 4 people"),
    "training_9": gettext_noop("Training text on customer service: 9 to 11 people"),
}
CAVEATS = {
    "": "",
    "late": gettext_noop("(82 − 54) ÷ (82 − 19)."),
    "thumb": gettext_noop(
        "A rule of thumb. Measured shares lie nearer to half to two thirds (Sharp 2010, How Brands Grow)."
    ),
    "model": gettext_noop(
        "Arithmetic on a model of nine trades, not evidence that loyalty programmes do it (Sharp 2010); it "
        "says nothing about your customers."
    ),
    "depends": gettext_noop("Depends on the matter and on how easy it is to complain; your own surveys say more."),
    "old": gettext_noop("Handed on from text to text; measured in the United States before there was the internet."),
    "unnamed": gettext_noop("Handed on from text to text; no study is named."),
    "retail": gettext_noop("Retail customers who can go elsewhere; in the study the chance not to buy again."),
}
