/** What is measured with: CPU by process and thread, sockets, memory; and how figures are told. */
@NullMarked
package io.hawser.bench.measure;

import org.jspecify.annotations.NullMarked;
