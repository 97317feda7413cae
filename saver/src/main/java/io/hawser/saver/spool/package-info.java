/** What was accepted while MySQL was out, for apps that chose so: on this machine's disk until it is committed. */
@NullMarked
package io.hawser.saver.spool;

import org.jspecify.annotations.NullMarked;
