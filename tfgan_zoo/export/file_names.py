"""Names in an export's folder, for those who load no TensorFlow."""

SAVED_MODEL_NAME = "saved_model"
BFLOAT16_NAME = "saved_model_bfloat16"
EXAMPLES_NAME = "examples.png"  # for its page; it may be removed
MANIFEST_NAME = "model.json"
CARD_NAME = "card.json"  # of a generator that ships
METADATA_NAME = "tfgan_zoo.json"  # in the SavedModel's assets.extra
