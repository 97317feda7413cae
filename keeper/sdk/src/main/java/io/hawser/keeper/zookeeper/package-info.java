/** The host's session with ZooKeeper, and the one thread on which everything of it happens. */
@NullMarked
package io.hawser.keeper.zookeeper;

import org.jspecify.annotations.NullMarked;
