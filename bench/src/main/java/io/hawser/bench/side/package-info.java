/** What is measured side by side: Hawser's rooms, a bare server that does nothing else, and other brokers. */
@NullMarked
package io.hawser.bench.side;

import org.jspecify.annotations.NullMarked;
