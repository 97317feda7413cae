/** The whole platform on one machine, every service a process of its own. */
@NullMarked
package io.hawser.standalone.cluster;

import org.jspecify.annotations.NullMarked;
