@NullMarked
package io.hawser.rpc.link;

import org.jspecify.annotations.NullMarked;
