/** The OpenAPI description, made from the contracts and their comments. */
@NullMarked
package io.hawser.center.docs;

import org.jspecify.annotations.NullMarked;
