"""catalog: the city's datasets: its registers and stations, which describe themselves, and files and links beside them.

Chief doors: ``datasets``, ``dataset``, ``dataset_preview``, ``add_dataset_file``. It keeps descriptions, files and daily counts of
use; the data themselves stay with registers and sensors, and so does the answer to who may see them.
"""
