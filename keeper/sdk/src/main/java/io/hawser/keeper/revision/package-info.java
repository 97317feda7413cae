/** Revisions of the configuration in ZooKeeper: what was written, which of them holds for whom, and how that changes. */
@NullMarked
package io.hawser.keeper.revision;

import org.jspecify.annotations.NullMarked;
