package io.kudari.lab;

/**
 * A turn of the plane of two coordinates that makes an element of a symmetric matrix 0 (Jacobi
 * 1846).
 *
 * @param p first coordinate
 * @param q the other one
 */
public record JacobiRotation(int p, int q, double cosine, double sine) {

  /** Makes the element (p, q) 0 by turning the matrix, and says by what. */
  public static JacobiRotation zero(double[][] a, int p, int q) {
    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double c = 1 / Math.sqrt(t * t + 1);
    JacobiRotation rotation = new JacobiRotation(p, q, c, t * c);
    for (double[] row : a) rotation.turn(row);
    rotation.turnRows(a);
    return rotation;
  }

  /** Turns a vector likewise. */
  public void turn(double[] vector) {
    double x = vector[p];
    double y = vector[q];
    vector[p] = cosine * x - sine * y;
    vector[q] = sine * x + cosine * y;
  }

  private void turnRows(double[][] a) {
    for (int k = 0; k < a.length; k++) {
      double x = a[p][k];
      double y = a[q][k];
      a[p][k] = cosine * x - sine * y;
      a[q][k] = sine * x + cosine * y;
    }
  }
}
