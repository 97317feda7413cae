@NullMarked
package io.hawser.bench.measure;

import org.jspecify.annotations.NullMarked;
