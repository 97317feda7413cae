/** The calls about groups: who is a member of what. */
@NullMarked
package io.hawser.center.group;

import org.jspecify.annotations.NullMarked;
