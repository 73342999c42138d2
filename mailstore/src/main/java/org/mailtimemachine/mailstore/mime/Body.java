package org.mailtimemachine.mailstore.mime;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mime.PartTree.Branch;
import org.mailtimemachine.mailstore.mime.PartTree.Leaf;
import org.mailtimemachine.mailstore.mime.PartTree.Node;

/**
 * One stretch of the text of a message, in one or both forms. A message has several where a list
 * server appended a footer or the sender wrote between pictures.
 *
 * @param plain as text/plain
 * @param html as text/html
 */
record Body(@Nullable Leaf plain, @Nullable Leaf html) {

  /**
   * The stretches of a message in order. Where all its text is named like a file, the first is it.
   */
  static List<Body> of(PartTree tree) {
    List<Body> bodies = of(tree.root());
    return bodies.isEmpty()
        ? tree.leaves().stream()
            .filter(leaf -> !leaf.fields().attachment())
            .flatMap(leaf -> ofText(leaf).stream())
            .limit(1)
            .toList()
        : bodies;
  }

  private static List<Body> of(Node node) {
    return switch (node) {
      case Leaf leaf -> ofLeaf(leaf);
      case Branch branch when branch.is("multipart/alternative") -> ofAlternatives(branch);
      case Branch branch when branch.is("multipart/related") ->
          branch.children().isEmpty() ? List.of() : of(branch.children().getFirst());
      case Branch branch ->
          branch.children().stream().flatMap(child -> of(child).stream()).toList();
    };
  }

  /** By the number: to compare all that a leaf has, for each of a thousand, takes long. */
  boolean contains(Leaf leaf) {
    return is(plain, leaf) || is(html, leaf);
  }

  private static boolean is(@Nullable Leaf one, Leaf leaf) {
    return one != null && one.number() == leaf.number();
  }

  private static List<Body> ofLeaf(Leaf leaf) {
    PartFields fields = leaf.fields();
    boolean named = fields.fileName().isPresent() && !leaf.only() && !leaf.alternative();
    if (named || (fields.attachment() && !leaf.only())) {
      return List.of();
    }
    return ofText(leaf);
  }

  private static List<Body> ofText(Leaf leaf) {
    return switch (leaf.fields().contentType()) {
      case "text/plain" -> List.of(new Body(leaf, null));
      case "text/html" -> List.of(new Body(null, leaf));
      default -> List.of();
    };
  }

  /** The last form with HTML is the richest (RFC 2046, 5.1.4); the first plain text beside it. */
  private static List<Body> ofAlternatives(Branch branch) {
    List<Body> rich = List.of();
    List<Body> plain = List.of();
    for (Node child : branch.children()) {
      List<Body> bodies = of(child);
      if (bodies.stream().anyMatch(body -> body.html != null)) {
        rich = bodies;
      } else if (plain.isEmpty()) {
        plain = bodies;
      }
    }
    if (rich.isEmpty() || plain.isEmpty()) {
      return rich.isEmpty() ? plain : rich;
    }
    if (rich.size() == 1 && rich.getFirst().plain == null) {
      return List.of(new Body(plain.getFirst().plain, rich.getFirst().html));
    }
    return rich;
  }
}
