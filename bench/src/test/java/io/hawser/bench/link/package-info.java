@NullMarked
package io.hawser.bench.link;

import org.jspecify.annotations.NullMarked;
