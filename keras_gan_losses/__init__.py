"""GANs with Keras's compile and fit, on TensorFlow, JAX and torch."""
