/** Apps and credentials: a local copy of the saver's directory, and the form of keys. */
@NullMarked
package io.hawser.rpc.directory;

import org.jspecify.annotations.NullMarked;
