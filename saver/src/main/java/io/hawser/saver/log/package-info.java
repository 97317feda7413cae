/** Users' logs: lanes that own slots, and the operations on them. */
@NullMarked
package io.hawser.saver.log;

import org.jspecify.annotations.NullMarked;
