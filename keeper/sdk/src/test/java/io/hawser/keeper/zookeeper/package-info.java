@NullMarked
package io.hawser.keeper.zookeeper;

import org.jspecify.annotations.NullMarked;
