/** Redis, MariaDB and ZooKeeper on this machine: for tests, and for the whole platform in one process. */
@NullMarked
package io.hawser.stores;

import org.jspecify.annotations.NullMarked;
