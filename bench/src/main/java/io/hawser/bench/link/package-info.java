/** The pipelined link beside unary gRPC calls and beside a connection pool. */
@NullMarked
package io.hawser.bench.link;

import org.jspecify.annotations.NullMarked;
