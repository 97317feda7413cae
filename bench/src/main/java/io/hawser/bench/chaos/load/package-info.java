/** Senders, users' devices and the back end of a run, each of which writes down what it did and what came. */
@NullMarked
package io.hawser.bench.chaos.load;

import org.jspecify.annotations.NullMarked;
