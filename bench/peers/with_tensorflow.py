"""The models in TensorFlow and Keras, with a whole step in one tf.function.

Options: xla, for a step that XLA compiles.
"""
import tensorflow as tf
from networks import BATCH, MODELS, PICTURE

L = tf.keras.layers


def network(layers, shape):
    """A Keras model of the layers on inputs of a shape (h, w, c) or (n,)."""
    made = {
        "dense": L.Dense,
        "conv": lambda n: L.Conv2D(n, 4, 2, "same"),
        "up": lambda n: L.Conv2DTranspose(n, 4, 2, "same"),
        "norm": lambda: L.BatchNormalization(momentum=0.9, epsilon=1e-5),
        "relu": L.ReLU,
        "leaky": lambda: L.LeakyReLU(negative_slope=0.2),
        "flatten": L.Flatten,
        "shape": lambda *sizes: L.Reshape(sizes),
    }
    return tf.keras.Sequential([L.Input(shape), *(made[kind](*sizes) for kind, *sizes in layers)])


class TensorFlow:
    def __init__(self, model, options):
        tf.random.set_seed(1)
        self.xla = "xla" in options
        self.model = MODELS[model]

    def place(self, x):
        return tf.constant(x)

    def wait(self, loss):
        return float(loss)

    def adam(self, variables):
        rate, beta1, beta2 = self.model["adam"]
        adam = tf.keras.optimizers.Adam(rate, beta1, beta2, 1e-8)
        adam.build(variables)
        return adam

    def step(self):
        f = self.gan_step() if "generator" in self.model else self.vae_step()
        return tf.function(f, jit_compile=self.xla)

    def vae_step(self):
        latent = self.model["latent"]
        encoder, decoder = network(self.model["encoder"], PICTURE), network(self.model["decoder"], (latent,))
        variables = encoder.trainable_variables + decoder.trainable_variables
        adam = self.adam(variables)

        def step(x):
            with tf.GradientTape() as tape:
                mu, logvar = tf.split(encoder(x, training=True), 2, 1)
                z = mu + tf.exp(0.5 * logvar) * tf.random.normal((BATCH, latent))
                nll = tf.nn.sigmoid_cross_entropy_with_logits(x, decoder(z, training=True))
                kl = 0.5 * tf.reduce_sum(mu * mu + tf.exp(logvar) - logvar - 1)
                loss = (tf.reduce_sum(nll) + kl) / BATCH
            adam.apply_gradients(zip(tape.gradient(loss, variables), variables))
            return loss
        return step

    def gan_step(self):
        latent = self.model["latent"]
        generator, discriminator = network(self.model["generator"], (latent,)), network(self.model["discriminator"], PICTURE)
        weights = [m.trainable_variables for m in (discriminator, generator)]
        adams = [self.adam(w) for w in weights]

        def step(x):
            with tf.GradientTape() as outer:
                fake = generator(tf.random.normal((BATCH, latent)), training=True)
                with outer.stop_recording(), tf.GradientTape() as tape:
                    judged = tf.nn.softplus(-discriminator(x, training=True)), tf.nn.softplus(discriminator(fake, training=True))
                    loss = tf.reduce_mean(judged[0]) + tf.reduce_mean(judged[1])
                with outer.stop_recording():
                    adams[0].apply_gradients(zip(tape.gradient(loss, weights[0]), weights[0]))
                fooled = tf.reduce_mean(tf.nn.softplus(-discriminator(fake, training=True)))
            adams[1].apply_gradients(zip(outer.gradient(fooled, weights[1]), weights[1]))
            return loss
        return step
