"""Names in an export's folder, for those who load no TensorFlow."""

SAVED_MODEL_NAME = "saved_model"
CARD_NAME = "card.json"  # of a generator that ships
METADATA_NAME = "tfgan_zoo.json"  # in the SavedModel's assets.extra
