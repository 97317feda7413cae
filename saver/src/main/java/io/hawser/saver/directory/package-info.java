/** Apps, credentials and the audit log of operators, in MySQL. */
@NullMarked
package io.hawser.saver.directory;

import org.jspecify.annotations.NullMarked;
