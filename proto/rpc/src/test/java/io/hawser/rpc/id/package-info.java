@NullMarked
package io.hawser.rpc.id;

import org.jspecify.annotations.NullMarked;
