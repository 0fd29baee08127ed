//! Which public input is what.

use super::{Content, LeadingCommitment, Part, PublicTensor};
use crate::configure;
use crate::settings::{Settings, Visibility, elements};

/// The public inputs in order: hashes of the inputs, hash of the parameters, public inputs, public
/// outputs, hashes of the outputs.
pub(super) fn public_inputs(settings: &Settings) -> Vec<PublicTensor> {
    let args = &settings.run_args;
    let hashed = |visibility: &Visibility| matches!(visibility, Visibility::Hashed { .. });
    let hashes = settings.hashes().unwrap_or(0);
    let of_params = u64::from(hashed(&args.param_visibility)).min(hashes);
    let of_outputs = match (
        hashed(&args.output_visibility),
        hashed(&args.input_visibility),
    ) {
        (false, _) => 0,
        (true, false) => hashes - of_params,
        (true, true) => (settings.model_output_scales.len() as u64).min(hashes - of_params),
    };
    let of_inputs = hashes - of_params - of_outputs;
    let mut list = List {
        tensors: Vec::new(),
        next: 0,
        hash_is_public: hash_is_public(settings),
    };

    list.hashes(Part::Input, of_inputs, settings.model_input_scales.len());
    list.hashes(Part::Parameters, of_params, 1);
    let shapes = &settings.model_instance_shapes;
    let outputs = match args.output_visibility {
        Visibility::Public => settings.model_output_scales.len().min(shapes.len()),
        _ => 0,
    };
    let (inputs, outputs) = shapes.split_at(shapes.len() - outputs);
    list.tensors(Part::Input, inputs, &settings.model_input_scales);
    list.tensors(Part::Output, outputs, &settings.model_output_scales);
    list.hashes(Part::Output, of_outputs, settings.model_output_scales.len());
    list.tensors
}

/// The hash has an instance column only if some hashed part asks for it. If none does, nothing
/// constrains the slots; where only another part does, this one's slot is not to be relied on either.
fn hash_is_public(settings: &Settings) -> impl Fn(Part) -> bool {
    let args = &settings.run_args;
    let public = |visibility: &Visibility| {
        matches!(
            visibility,
            Visibility::Hashed {
                hash_is_public: true,
                ..
            }
        )
    };
    let [input, parameters, output] = [
        &args.input_visibility,
        &args.param_visibility,
        &args.output_visibility,
    ]
    .map(public);
    move |part| match part {
        Part::Input => input,
        Part::Parameters => parameters,
        Part::Output => output,
    }
}

struct List<F> {
    tensors: Vec<PublicTensor>,
    next: u32,
    hash_is_public: F,
}

impl<F: Fn(Part) -> bool> List<F> {
    fn push(&mut self, mut tensor: PublicTensor) {
        tensor.first = self.next;
        self.next = self.next.saturating_add(tensor.length);
        self.tensors.push(tensor);
    }

    /// One hash for each tensor of the part. `tensors` of them have a name of their own; a number
    /// that does not fit stays together, so that a strange file cannot make a long list.
    fn hashes(&mut self, part: Part, count: u64, tensors: usize) {
        let each = count <= tensors as u64;
        let (entries, length) = if each { (count, 1) } else { (1, count) };
        for index in 0..entries {
            let name = if each {
                format!("hash of {}", name(part, index))
            } else {
                format!("hashes of the {}", plural(part))
            };
            let constrained = (self.hash_is_public)(part);
            self.push(PublicTensor {
                name,
                part,
                content: Content::Hash,
                first: 0,
                length: u32::try_from(length).unwrap_or(u32::MAX),
                shape: Vec::new(),
                scale: None,
                constrained,
                values: None,
            });
        }
    }

    fn tensors(&mut self, part: Part, shapes: &[Vec<u64>], scales: &[i32]) {
        for (index, shape) in shapes.iter().enumerate() {
            // If there are more scales than tensors, it is not certain which belongs to which.
            let scale = (scales.len() == shapes.len()).then(|| scales.get(index).copied());
            self.push(PublicTensor {
                name: name(part, index as u64),
                part,
                content: Content::Elements,
                first: 0,
                length: elements(shape)
                    .and_then(|n| u32::try_from(n).ok())
                    .unwrap_or(0),
                shape: shape.clone(),
                scale: scale.flatten(),
                constrained: true,
                values: None,
            });
        }
    }
}

fn name(part: Part, index: u64) -> String {
    match part {
        Part::Input => format!("input {index}"),
        Part::Parameters => "parameters".to_owned(),
        Part::Output => format!("output {index}"),
    }
}

fn plural(part: Part) -> &'static str {
    match part {
        Part::Input => "inputs",
        Part::Parameters => "parameters",
        Part::Output => "outputs",
    }
}

/// The committed tensors: inputs, parameters, outputs, each as many points as columns hold it.
pub(super) fn commitments(settings: &Settings) -> Vec<LeadingCommitment> {
    let args = &settings.run_args;
    let committed = |visibility: &Visibility| matches!(visibility, Visibility::KZGCommit);
    let sizes = &settings.module_sizes.polycommit;
    let of_params = usize::from(committed(&args.param_visibility)).min(sizes.len());
    let of_outputs = match (
        committed(&args.output_visibility),
        committed(&args.input_visibility),
    ) {
        (false, _) => 0,
        (true, false) => sizes.len() - of_params,
        (true, true) => settings
            .model_output_scales
            .len()
            .min(sizes.len() - of_params),
    };
    let of_inputs = sizes.len() - of_params - of_outputs;
    let names = (0..of_inputs)
        .map(|index| name(Part::Input, index as u64))
        .chain((0..of_params).map(|_| name(Part::Parameters, 0)))
        .chain((0..of_outputs).map(|index| name(Part::Output, index as u64)));
    let mut first_point = 0u32;
    sizes
        .iter()
        .zip(names)
        .map(|(elements, name)| {
            let points = configure::committed_columns(settings, *elements);
            let commitment = LeadingCommitment {
                name,
                first_point,
                points,
                elements: *elements,
                values: None,
            };
            first_point = first_point.saturating_add(points);
            commitment
        })
        .collect()
}
