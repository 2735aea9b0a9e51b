"""Names of what an encoder adds to an export, for those without TensorFlow."""

SAVED_MODEL = "encoder_saved_model"
TFLITE = "encoder_float16.tflite"
ENTRY = "encoder"  # of `model.json`
# In the signature `serving_default`.
IMAGES, LATENTS, PROBABILITIES = "images", "latents", "label_probabilities"
