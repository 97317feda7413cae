@NullMarked
package io.hawser.rpc.directory;

import org.jspecify.annotations.NullMarked;
