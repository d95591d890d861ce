"""Example simulators: one file each, with its equations, a reference and a known answer.

- `grid_stability`: Decentral Smart Grid Control, stars of four and five nodes.
- `shallow_lake`: phosphorus in a lake that can tip over.
- `seir`: an epidemic, with the series of the infected.
- `lotka_volterra`: predator and prey, with a conserved quantity.
- `pendulum`: an inverted pendulum balanced with delayed feedback.
- `wing`: an airplane's wing and tail by a vortex lattice: lift, drag, moment, static margin.
- `digits`: handwritten digits, where a convolutional network (`digits_network`) teaches a readable
  tree; `mnist` finds the copies of MNIST people have, `digits_study` is the study of `digits.toml`.
- `functions`: analytic test functions (borehole, Ishigami, OTL circuit, piston, wing weight,
  Sobol's G, Morris).
"""
