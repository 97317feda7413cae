/**
 * How what is stateless over MySQL becomes fast: requests that wait together are served by one transaction. Queues are
 * bounded and fair by app, deadlocks are tried again, and failures get their codes here.
 */
@NullMarked
package io.hawser.saver.batch;

import org.jspecify.annotations.NullMarked;
