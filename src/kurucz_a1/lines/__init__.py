"""Line lists on disk, and the opacity tables made from them."""
