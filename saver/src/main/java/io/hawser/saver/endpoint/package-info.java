/** Endpoints between their bindings: the groups they are members of, and what they have seen of the broadcasts. */
@NullMarked
package io.hawser.saver.endpoint;

import org.jspecify.annotations.NullMarked;
